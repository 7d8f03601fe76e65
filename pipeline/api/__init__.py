"""The pages for programs: the same verbs and filters, as JSON, under /api/.

root        the API, who may come in, and what every error looks like
listing     a page's filter and its pages by key, as parameters and links
runs articles labels saved jobs logs operations    the routes, thin: they call what the pages call
shapes      what is answered
page        the page that lists the routes
"""
