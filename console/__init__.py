"""The operator's pages: conversations, approvals, escalations, live chat, memory, costs."""
