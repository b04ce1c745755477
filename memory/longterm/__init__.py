"""Long-term memory: embedding, recall, rerank and the stores behind them."""
