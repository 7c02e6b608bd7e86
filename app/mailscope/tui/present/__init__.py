"""Our values made into the widgets' rows and blocks: the only place that knows both."""
