"""What one's mentorship waits for stands on the first page, one thing at a time."""

from data.db import transaction
from tests.web.mentoring.pairs import begin
from tests.web.mentoring.test_agreeing import terms
from web.mentoring.actions import agreeing, contact


def test_first_a_word_then_the_agreement_then_nothing(cast, as_):
    mentorship = begin(cast)
    mentors, family = as_(cast.mentor_parent), as_(cast.new_parent)
    for client, name in ((mentors, "Skov"), (family, "Lindholm")):
        assert f"Sig hej til familien {name}" in client.get("/home").text
    with transaction():
        contact.say_in_touch(mentorship.ref, by=cast.new_parent)
        agreeing.write(mentorship.ref, terms(), seen_version=0, by=cast.new_parent)
    assert "Læs aftalen med familien Skov" in mentors.get("/home").text
    for words in ("Sig hej til familien", "Læs aftalen med"):
        assert words not in family.get("/home").text
    with transaction():
        agreeing.sign(mentorship.ref, seen_version=1, by=cast.mentor_parent)
    assert "Læs aftalen med" not in mentors.get("/home").text
