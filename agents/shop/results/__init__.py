"""What the shop answers, by topic. Money is integer cents, days are dates; formatting is the reader's business."""
