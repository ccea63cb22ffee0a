"""One file per subject. Importing this package makes the metadata whole."""

from data.models.accounts import (
    STAFF,
    Account,
    Institution,
    Invitation,
    Municipality,
    OutgoingMail,
    Role,
    RoleName,
    SignIn,
    SignInCode,
    SignInTry,
    TryKind,
)
from data.models.families import (
    Consent,
    ConsentKind,
    Exclusion,
    Family,
    FamilyStatus,
    Placement,
)
from data.models.groups import (
    Answer,
    CalendarFeed,
    Coming,
    DraftMove,
    DraftSeat,
    DraftState,
    GroupDraft,
    GroupMembership,
    HandoverAnswer,
    HandoverVote,
    Meeting,
    MeetingReply,
    MeetingState,
    NetworkGroup,
    Phase,
    Pool,
    PoolFamily,
)
from data.models.mentoring import (
    DeclineReason,
    MentorRequest,
    MentorRound,
    Mentorship,
    MentorshipState,
    RequestState,
    RoundState,
    Suggestion,
    SuggestionLook,
    SuggestionState,
)
from data.models.messages import (
    Message,
    MessageKind,
    Report,
    ReportReason,
    ReportState,
    Room,
    RoomKind,
    RoomMember,
)
from data.models.safety import AcuteNumber, AuditEntry, Job, JobState, Upload

__all__ = [
    "STAFF", "Account", "AcuteNumber", "Answer", "AuditEntry", "CalendarFeed", "Coming", "Consent",
    "ConsentKind", "DeclineReason", "DraftMove", "DraftSeat", "DraftState", "Exclusion", "Family",
    "FamilyStatus", "GroupDraft", "GroupMembership", "HandoverAnswer", "HandoverVote", "Institution",
    "Invitation", "Job", "JobState", "Meeting", "MeetingReply", "MeetingState", "MentorRequest",
    "MentorRound", "Mentorship", "MentorshipState", "Message", "MessageKind", "Municipality",
    "NetworkGroup", "OutgoingMail", "Phase", "Placement", "Pool", "PoolFamily", "Report",
    "ReportReason", "ReportState", "RequestState", "Role", "RoleName", "Room", "RoomKind",
    "RoomMember", "RoundState", "SignIn", "SignInCode", "Suggestion", "SuggestionLook",
    "SuggestionState", "Upload",
]
