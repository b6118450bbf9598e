"""The running cloud as checks see it. openstacksdk lives here, and only here."""
