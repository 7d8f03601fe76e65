"""What a page says of its article besides the text: each field with who claims it and who is
believed.

title authors dates tags language site_metadata   one field each, and the rule that decides
candidate      a claim for a field, with its source
placement      where an element stands: with the article, in a comment, in a box of other posts
bylines names  where a page shows its authors, and their names without what stands around them
date_spots     where a page shows dates, each with its label
datelines month_names   dates as people write them
date_parsing   dates as machines and addresses write them
link_titles    what the pages of a site call each other
"""
