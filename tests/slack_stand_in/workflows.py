"""Workflows whose steps the app carries out: what runs, and how it was ended.

https://docs.slack.dev/reference/events/function_executed
https://docs.slack.dev/reference/methods/functions.completeSuccess
"""

from dataclasses import dataclass, field

from .records import Json, SlackRefusal

KINDS = {"string": str, "boolean": bool, "slack#/types/user_id": str}


@dataclass
class Execution:
    """One step of a workflow that runs. `function`: as the manifest has it."""

    callback_id: str
    function: Json
    inputs: Json
    outputs: Json | None = None
    error: str = ""

    @property
    def is_running(self) -> bool:
        return self.outputs is None and not self.error

    def event(self, execution_id: str, app_id: str) -> Json:
        """What the app hears of it."""
        parameters = {
            kind: list(self.function[kind].values()) for kind in ("input_parameters", "output_parameters")
        }
        described = {name: self.function[name] for name in ("title", "description")}
        function = {"id": "Fn0123456789", "callback_id": self.callback_id, "type": "app", "app_id": app_id}
        return {
            "type": "function_executed",
            "function": {**function, **described, **parameters, "date_created": 1_700_000_000},
            "inputs": self.inputs,
            "function_execution_id": execution_id,
            "workflow_execution_id": "Wx0123456789",
            "event_ts": "1700000000.000100",
            "bot_access_token": "xwfp-of-this-execution-alone",
        }

    def check(self, outputs: Json) -> None:
        """Raises SlackRefusal for outputs that are not those of the manifest."""
        known = self.function["output_parameters"]
        faults = [f"{name}: unknown" for name in outputs if name not in known]
        faults += [
            f"{name}: missing"
            for name, each in known.items()
            if each["is_required"] and outputs.get(name) is None
        ]
        faults += [
            f"{name}: no {known[name]['type']}"
            for name, value in outputs.items()
            if name in known and not isinstance(value, KINDS[known[name]["type"]])
        ]
        if faults:
            raise SlackRefusal("parameter_validation_failed", faults)


@dataclass
class Workflows:
    """All executions, by function_execution_id."""

    executions: dict[str, Execution] = field(default_factory=dict)

    def succeed(self, execution_id: str, outputs: Json) -> None:
        execution = self._running(execution_id)
        execution.check(outputs)
        execution.outputs = outputs

    def fail(self, execution_id: str, error: str) -> None:
        self._running(execution_id).error = error

    def _running(self, execution_id: str) -> Execution:
        if execution_id not in self.executions:
            raise SlackRefusal("function_execution_not_found")
        if not self.executions[execution_id].is_running:
            raise SlackRefusal("execution_not_in_running_state")
        return self.executions[execution_id]
