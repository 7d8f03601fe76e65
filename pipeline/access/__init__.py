"""Who may do what, who did what, and who is told.

roles       viewer, operator, admin; which a user is
rules       which role a route needs: reading a viewer, changing an operator, and the exceptions by name
middleware  holds every request to the rules, and keeps an audit entry of every one that changed something
models      tokens of programs, audit entries, watches, webhooks and their deliveries
audit       who is acting, and the entry of what was done
watching    entries for changes of users, tokens, webhooks, jobs and runs, whichever way they come about
watches     what is new in a saved view: matched, made into deliveries, and put into words
watch_times when a digest is due, and when nothing is sent
delivering  webhooks: sent from rows that the database itself writes when a run ends, until they arrive
"""
