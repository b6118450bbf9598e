import pytest

from ostf_dual.deployers.nailgun.answers import Answer, concealing, decoded, words_of


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('{"id": 1}', {"id": 1}),
        ('"{\\"id\\": 1}"', {"id": 1}),
        ('"Task"', "Task"),
        ("not found", "not found"),
        ("null", None),
        ("", None),
        ("[]", []),
    ],
)
def test_a_body_is_decoded_as_often_as_it_was_encoded(body: str, value: object) -> None:
    assert decoded(body) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"message": "Cluster not found", "errors": []}, "Cluster not found"),
        ("Cannot perform the actions.", "Cannot perform the actions."),
        (None, "no reason given"),
        ({"message": ""}, "no reason given"),
        ({"message": "Requires [u'a', u\"b\"] for 'menu'"}, "Requires ['a', \"b\"] for 'menu'"),
        ({"message": "'id' is missing\n\nFailed validating 'required' in schema"}, "'id' is missing"),
        ({"message": "Address space:\nmanagement, storage"}, "Address space:\nmanagement, storage"),
        (
            {"message": "Traceback (most recent call last):\n  File x\nKeyError: 'a'\n"},
            "a fault within the master: KeyError: 'a'",
        ),
        ({"message": "x" * 900}, "x" * 600 + " ..."),
    ],
)
def test_the_reason_is_short_enough_for_a_person(value: object, words: str) -> None:
    assert words_of(Answer(400, value)) == words


def test_secrets_are_taken_out_and_what_is_too_short_to_be_one_is_not() -> None:
    conceal = concealing(["secret", "secret-longer", "abc"])

    assert conceal("secret-longer, secret, abc") == "***, ***, abc"
