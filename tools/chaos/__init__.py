"""Faults on purpose: a run of the whole product, one fault at a random moment, and a look at what
came of it.

    make chaos RUNS=21 [SEED=7] [RECONCILER=off] [FAULTS=broker-killed,disk-full] [WORLDS=2]

blog       the sample blog with some hundred posts more
proxy      a network between the workers and the servers, that can be cut
worker     a worker of the product whose pages may kill, hang or leak
world      servers, processes and blog; whatever dies is started again, as a container's runtime
           would
faults     what goes wrong, each a function of the world
listening  what the pages say meanwhile
checks     what must hold of a run that is over
report     the table and the JSON line
steering   how long steering takes while 50,000 journeys wait
pausing    what still leaves after the click on pause
"""
