"""What is wrong with queues, workers and the broker, and what to do about it."""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("RabbitMQ or the sampler has not answered for %(number)d seconds."),
    _("Without RabbitMQ nothing moves; the run goes on by itself when it is back."),
    _("No %(stage)s worker is running."),
    _("Start one: manage.py work %(worker)s."),
    _("No %(stage)s worker has been heard from for %(number)d seconds."),
    _(
        "What it had in progress goes to another worker after a minute. Restart it if "
        "it does not come back."
    ),
    _(
        "%(silent)d of %(known)d %(stage)s workers: not heard from for %(number)d seconds."
    ),
    _("The others go on, and get what it had in progress after a minute."),
    _("No new run starts, and icons of sources are not fetched."),
    _("Nobody looks whether the originals of stored articles are still there."),
    _("No run ends; schedules, notifications and cleaning up wait, too."),
    # why a message is a dead letter
    _("Delivered %(number)d times, never finished"),
    _("Undecodable"),
    _("Expired"),
    _("Queue full"),
    _("not said"),
    _("its worker could not take it"),
    _("its task failed"),
    _("it is no task"),
    _("it names no task"),
    _("it has no id"),
    _("its body is larger than %(number)d bytes"),
    _("its header %(name)s is not what it should be"),
    _("its task is not known here"),
    _("its task is not known here: %(task)s"),
    _("its body cannot be read"),
    _("its body cannot be read: %(error)s"),
    _("its body is no list of arguments"),
    _("its arguments are not those of its task: %(error)s"),
    _("it names no URL of a run"),
    # states of queues and workers
    _("idle"),
    _("flowing"),
    _("growing"),
    _("stalled"),
    _("no consumer"),
    _("live"),
    _("silent"),
    _("gone"),
    _("replaced"),
    # the log
    _("info"),
    _("warning"),
    _("error"),
    _("critical"),
    _("debug"),
    _("Unknown field “%(field)s”. To search for the words, put them in quotes."),
    _("%(field)s is a number, not “%(value)s”."),
    _("level is one of %(levels)s."),
    _("what happened, such as journey_ended"),
    _("the number of a run"),
    _("the id of a URL in a run"),
    _("a URL"),
    _("who wrote the line"),
    _("what a URL or a run became"),
    _("why, such as http-503"),
    _("of the response"),
    _("how long it took"),
    _("what an exception says"),
)
