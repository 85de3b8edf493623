"""实时监控 (D9): one view of what goes on, for workbench and console, and what supervisors do there."""
