"""The language model that answers what the grammar hands over, and what keeps it honest."""

from agent.grok.answering import SILENT, Outcome
from agent.grok.breaker import Breaker
from agent.grok.grok import Grok, open_grok
from agent.grok.wire import Model, ModelFailed, Usage

__all__ = ["SILENT", "Breaker", "Grok", "Model", "ModelFailed", "Outcome", "Usage", "open_grok"]
