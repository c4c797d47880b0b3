"""Files and data frames from columns and rows. Nothing here knows a document."""
