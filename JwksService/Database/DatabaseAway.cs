using B2BAssertions.DatabaseDefaults;

namespace B2BAssertions.JwksService.Database;

internal sealed class DatabaseAway(DatabaseReach reach) : DatabaseAwayAnswer(
    "The registry cannot reach its database at the moment. Whether a change was made is not known: look before you repeat it.")
{
    protected override void Tell(Exception exception) => reach.Failed(exception);
}
