"""What agents are told while they do not look at the workbench (W57 to W60): by web push, by robots, by text message.

`looking` finds what is to be told, `outbox` keeps it and hands it to Celery, `words` says it, `push` and `robots` carry
it. No request and no transaction waits for any of them.
"""
