"""The customer's chat: everything that patches or replaces parts of Chainlit stands in this package.

Start at ``steps.py`` (the log becomes what a customer sees), then ``delivery.py`` (live pages), ``data_layer.py`` (the
sidebar and reloads) and ``sockets.py`` (what a browser may say).
"""
