"""Pure: the one table of HR systems. A new one is an entry here, a setting for its keys, and a recorded example."""

from __future__ import annotations

from handlers.hr.signatures import FixedToken, Hmac, StandardWebhooks
from handlers.hr.source import Api, Fields, Source

SOURCES: dict[str, Source] = {
    # Svix and all that follow https://www.standardwebhooks.com; the body is our own.
    "standard": Source(
        setting="hr_webhook_secret",
        signature=StandardWebhooks(),
        id_header="webhook-id",
        kind_at=("type",),
        kinds={"employee.joined": "joined", "employee.changed": "changed", "employee.left": "left"},
        fields=Fields(
            external_id=("data.id",),
            name=("data.name",),
            email=("data.email",),
            department=("data.department",),
            start_date=("data.start_date",),
            wanted_number=("data.extension",),
            occurred_at=("timestamp",),
        ),
    ),
    # Field-based webhooks list employees with the fields chosen in BambooHR, under their names or their API names.
    # Event-based ones tell an ID alone. Whoever leaves is not deleted: the status changes.
    "bamboohr": Source(
        setting="hr_bamboohr_secret",
        signature=Hmac("X-BambooHR-Signature", "sha256", "hex", timestamp="X-BambooHR-Timestamp"),
        sends_forms=True,
        each="employees",
        kind_at=("action", "type"),
        kinds={
            "created": "joined",
            "updated": "changed",
            "deleted": "left",
            "employee.created": "joined",
            "employee.updated": "changed",
            "employee.deleted": "left",
        },
        left_when={"fields.status": "inactive", "fields.employment_status": "terminated"},
        fields=Fields(
            external_id=("id", "data.employee_id"),
            name=(
                "fields.display_name",
                "fields.preferred_name+fields.last_name",
                "fields.first_name+fields.last_name",
            ),
            email=("fields.work_email", "fields.email"),
            department=("fields.department",),
            start_date=("fields.hire_date",),
            wanted_number=("fields.work_ext", "fields.work_phone_extension"),
            occurred_at=("timestamp",),
        ),
        # https://documentation.bamboohr.com/reference/get-employee and /docs/list-of-field-names. The department has
        # a date from which it counts: without onlyCurrent=false, somebody yet to start has none.
        api=Api(
            name="BambooHR",
            url="hr_bamboohr_api_url",
            key="hr_bamboohr_api_key",
            credentials="{key}:x",
            path="/api/v1/employees/{external_id}",
            query={
                "fields": "displayName,firstName,lastName,workEmail,department,hireDate,workPhoneExtension,status",
                "onlyCurrent": "false",
            },
            left_when={"status": "inactive"},
            fields=Fields(
                external_id=("id",),
                name=("displayName", "firstName+lastName"),
                email=("workEmail",),
                department=("department",),
                start_date=("hireDate",),
                wanted_number=("workPhoneExtension",),
            ),
        ),
    ),
    # v2 tells an ID alone, v1 (no new ones since April 2025) the employee. Its test event is a bare string.
    "hibob": Source(
        setting="hr_hibob_secret",
        signature=Hmac("Bob-Signature", "sha512", "base64"),
        unsigned_pings=frozenset({b"Pingtest", b"{text:Pingtest}"}),
        kind_at=("type",),
        kinds={
            "employee.created": "joined",
            "employee.joined": "joined",
            "employee.updated": "changed",
            "employee.left": "left",
            "employee.deleted": "left",
        },
        fields=Fields(
            external_id=("data.employee_id", "employee.id"),
            name=("employee.display_name", "employee.first_name+employee.surname"),
            email=("employee.email",),
            department=("employee.work.department", "employee.department"),
            start_date=("employee.work.start_date", "employee.start_date"),
            occurred_at=("triggered_at",),
        ),
        # https://apidocs.hibob.com/reference/post_people-identifier and /docs/people-read-api-contract. Fields are
        # named with dots; they come back nested and once more as "/work/startDate": {"value": …}. A department is
        # an ID, and its name stands in humanReadable, where dates are written as the service user likes them.
        api=Api(
            name="HiBob",
            url="hr_hibob_api_url",
            key="hr_hibob_api_key",
            credentials="{key}",
            path="/v1/people/{external_id}",
            json={
                "fields": [
                    "root.id",
                    "root.displayName",
                    "root.firstName",
                    "root.surname",
                    "root.email",
                    "work.department",
                    "work.startDate",
                ],
                "humanReadable": "APPEND",
            },
            fields=Fields(
                external_id=("id", "/root/id"),
                name=(
                    "displayName",
                    "/root/displayName",
                    "firstName+surname",
                    "/root/firstName+/root/surname",
                ),
                email=("email", "/root/email"),
                department=("humanReadable.work.department", "humanReadable./work/department"),
                start_date=("work.startDate", "/work/startDate"),
            ),
        ),
    ),
    # Recruiting (`action`) tells of hired candidates in full, Onboarding (`event_type`) the ID of who changed.
    # To both, any answer but 200 is a failure: https://developers.greenhouse.io/webhooks.html#retry-policy
    "greenhouse": Source(
        setting="hr_greenhouse_secret",
        signature=Hmac("Signature", "sha256", "hex", prefix="sha256 "),
        accepted=200,
        kind_at=("event_type", "action"),
        kinds={"hire_candidate": "joined", "unhire_candidate": "left", "employee:updated": "changed"},
        fields=Fields(
            external_id=("payload.application.candidate.id", "payload.updated_employee_id"),
            name=("payload.application.candidate.first_name+payload.application.candidate.last_name",),
            email=("payload.application.candidate.email_addresses.0.value",),
            department=(
                "payload.application.jobs.0.departments.0.name",
                "payload.application.job.departments.0.name",
            ),
            start_date=("payload.application.offer.starts_at",),
            occurred_at=("payload.updated_at",),
        ),
    ),
    # Every event has its own resource, an object or a list of them.
    "deel": Source(
        setting="hr_deel_secret",
        signature=Hmac("x-deel-signature", "sha256", "hex", before=b"POST"),
        each="data.resource",
        kind_at=("data.meta.event_type",),
        kinds={
            "employee.created.direct": "joined",
            "employee.created.contractor": "joined",
            "employee.created.eor": "joined",
            "worker.created": "joined",
            "worker.v2.created": "joined",
            "employee.updated.direct": "changed",
            "worker.v2.updated": "changed",
            "worker.v2.deleted": "left",
            "contract.terminated": "left",
            "gp.termination.confirmed": "left",
        },
        fields=Fields(
            external_id=("worker.id", "worker_id", "id"),
            name=(
                "full_name",
                "display_name",
                "name.given_name+name.family_name",
                "first_name+last_name",
                "name",
                "worker.full_name",
                "worker.name",
            ),
            email=("work_email", "email", "emails.0.value", "worker.email", "worker_email"),
            department=("department.name", "department", "worker.department"),
            start_date=("start_date", "worker.start_date"),
            occurred_at=("timestamp",),
        ),
    ),
    # Personio and Rippling tell an ID alone. Rippling's workflows send a body of one's own, which may tell all.
    "token": Source(
        setting="hr_token",
        signature=FixedToken(),
        sends_forms=True,
        kind_at=("event_name",),
        kinds={
            "person.created": "joined",
            "employment.started": "joined",
            "employee.created": "joined",
            "employee.hired": "joined",
            "person.updated": "changed",
            "employee.updated": "changed",
            "person.deleted": "left",
            "employment.terminated": "left",
            "employee.deleted": "left",
            "employee.terminated": "left",
        },
        fields=Fields(
            external_id=("payload.person_id", "payload.person.id", "payload.id", "id"),
            name=("payload.name", "payload.first_name+payload.last_name", "name", "first_name+last_name"),
            email=("payload.email", "email"),
            department=("payload.department", "department"),
            start_date=("payload.start_date", "start_date"),
            wanted_number=("payload.extension", "extension"),
            occurred_at=("occurred_at",),
        ),
    ),
}
