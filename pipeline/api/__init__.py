"""The API: the same verbs and filters as the pages, as JSON, under /api/.

app          the API, who may call it, and what every error looks like
pagination   filters and pages, as parameters and links
schemas      what is taken and answered, by noun
docs_page    the page that lists the routes
The other modules are the routes, thin: they call the same functions as the pages.
"""
