"""`make release VERSION=x.y.z`: check that a release is due, then build what is published.

checks       what must hold before anything is built
artifacts    wheel, sdist, list of components, checksums
licences     what is vendored, against the list of it
"""
