"""The pages for programs: the same verbs and filters, as JSON, under /api/.

root        the API, who may come in, and what every error looks like
listing     a page's filter and its pages by key, as parameters and links
runs timeline articles pages labels saved jobs logs webhooks operations
            the routes, thin: they call what the pages call
shapes      what is answered
page        the page that lists the routes
"""
