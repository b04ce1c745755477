"""The online electronics shop the agents act on; the SQL adapter room: sqlalchemy is imported nowhere else.

Start reading at ``store.py`` (how an effect happens exactly once), then the topics: orders, changes, after_sale,
account, payments, refunds, invoices, catalogue, selling.
"""
