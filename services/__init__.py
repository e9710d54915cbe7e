"""What VoiceFit does, a module a domain. Tools, routers, sync and jobs all call these functions.

A service function takes the open transaction it runs in; it never commits.
"""
