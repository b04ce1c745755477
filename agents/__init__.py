"""The agents: who they are, the tools they use, the shop they act on, and the models they think with."""
