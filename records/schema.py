"""The tables of lasting facts share this metadata; `records.migrations` makes and changes them."""

from sqlalchemy import MetaData

metadata = MetaData()
