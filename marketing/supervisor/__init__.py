"""Several programs run as one: started in order, watched, restarted, and stopped together.

Plain Python, no Django: ``Supervisor`` keeps ``Program``s alive, ``programs`` names those that
``manage.py serve`` needs, ``ground`` refuses a taken port or a home that is served already.
"""
