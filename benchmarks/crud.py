"""The alternative: the same facts in normalised tables that are changed in place, with SQLAlchemy's ORM and indexes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Engine, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Client(Base):
    __tablename__ = "crud_clients"
    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    intake_on: Mapped[date]
    team_id: Mapped[UUID | None]
    coach_id: Mapped[UUID | None] = mapped_column(index=True)
    assigned_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    name: Mapped[str | None] = mapped_column(Text)


class Contact(Base):
    __tablename__ = "crud_contacts"
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("crud_clients.client_id"))
    held_on: Mapped[date]
    channel: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Text)
    struck: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index("ix_crud_contacts", "client_id", "outcome", "held_on"),)


class Registration(Base):
    __tablename__ = "crud_registrations"
    client_id: Mapped[UUID] = mapped_column(ForeignKey("crud_clients.client_id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str | None] = mapped_column(String(16))
    value: Mapped[str | None] = mapped_column(Text)
    stale_on: Mapped[date | None]
    __table_args__ = (Index("ix_crud_registrations", "field", "value"),)


class History(Base):
    """What was changed, by whom and when: without it a city can't account for a file."""

    __tablename__ = "crud_history"
    history_id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("crud_clients.client_id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[UUID]
    what: Mapped[str] = mapped_column(Text)


def record_contact(engine: Engine, client_id: UUID, held_on: date, now: datetime) -> None:
    """Check the client, add the contact and its line in the history, and commit."""
    with Session(engine) as session:
        client = session.get_one(Client, client_id)
        if client.closed_on is not None or held_on < client.intake_on or held_on > now.date():
            raise ValueError("refused")
        contact_id = uuid4()
        session.add(
            Contact(
                contact_id=contact_id,
                client_id=client_id,
                held_on=held_on,
                channel="phone",
                outcome="spoken",
                note="They talked about the course.",
            )
        )
        session.add(
            History(
                history_id=uuid4(),
                client_id=client_id,
                at=now.replace(tzinfo=None),
                actor=UUID(int=2),
                what=f"contact {contact_id}",
            )
        )
        session.commit()


FILL = (
    """INSERT INTO crud_clients (client_id, intake_on, team_id, coach_id, assigned_on, closed_on, name)
       SELECT client_id, intake_on, team_id, coach_id, assigned_on, closed_on, name FROM caseload""",
    """INSERT INTO crud_contacts (contact_id, client_id, held_on, channel, outcome, struck)
       SELECT contact_id, client_id, held_on, channel, outcome, struck FROM contacts""",
    """INSERT INTO crud_registrations (client_id, field, state, value, stale_on)
       SELECT client_id, field, recorded, value, stale_on FROM data_gaps""",
)


def fill(engine: Engine) -> None:
    """The same city, out of the read models."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for statement in FILL:
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in Base.metadata.sorted_tables:
            connection.execute(text(f"VACUUM ANALYZE {table.name}"))
