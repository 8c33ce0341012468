"""Diagrams with a meaning that can be run: flow charts, state machines, trees, circuits and graphs of arrows."""

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.diagram_circuit import CIRCUIT
from evolution_jobs.scenes.diagram_flow import FLOW_CHART
from evolution_jobs.scenes.diagram_links import LINKS
from evolution_jobs.scenes.diagram_machine import STATE_MACHINE
from evolution_jobs.scenes.diagram_tree import TREE
from evolution_jobs.scenes.family import Family

FAMILY = Family(category=Category.DIAGRAM, version=1, patterns=(FLOW_CHART, STATE_MACHINE, TREE, CIRCUIT, LINKS))
