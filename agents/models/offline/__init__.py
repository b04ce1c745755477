"""The offline model: understands customers by embeddings and rules, keeps its dialogue state in the session."""
