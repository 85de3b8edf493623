"""The IM gateway, `/binfo`: the published chat SDK, pointed here by its option `proxyServer`, is a visitor's client.

The format is not documented by its owner. It was learnt by running `@tencentcloud/chat` 3.6.6 against small servers,
is bound to that version, and is described in docs/im-gateway.md.
"""
