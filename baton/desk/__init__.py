"""What commands ask of long-term memory and what they are told, the same whether the application runs or not."""
