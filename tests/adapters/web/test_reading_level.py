"""Sentences of safety are read at a kitchen table: eighth grade or below, measured."""

from __future__ import annotations

import re

import textstat

from magwise import knowledge, wording

GRADE = 8.0
# What a disease or an organ is called cannot be said in a shorter word; whoever reads the sentence has heard it before.
TERMS = re.compile(
    r"\b(clinician|magnesium|calcium|potassium|minerals?|kidneys?|dialysis|myasthenia|gravis|pregnan\w+|breastfeeding|pharmacist|neurologist"
    r"|supplements?|medicines?|prescription|emergency|obstruction|pacemaker|antacids?|laxatives?|doctor|surgical|surgery|hospital"
    r"|anaesthetic|stomach-acid|blockers?|beta-blocker|diuretics?|digoxin|verapamil|diltiazem|diarrhoea|paralysed|ileostomy|jejunostomy"
    r"|conduction disorder|established|infection|struvite|adrenal insufficiency|parathyroid|disease|phenylketonuria|aspartame|sucrose"
    r"|fructose intolerance|sucrase deficiency|effervescent|chewable|sachets|fainting|drowsiness|tiredness|professional|breathing)\b",
    re.IGNORECASE,
)


def level_of(sentence: str) -> float:
    """US school grade by the automated readability index, with terms that cannot be shorter counted as short words.

    The index counts letters; the ones that count syllables fetch a dictionary from the network.
    """
    return float(textstat.textstat.automated_readability_index(TERMS.sub("term", sentence)))


def safety_sentences() -> list[tuple[str, str]]:
    gates = [(str(gate["id"]), str(gate["says"])) for gate in knowledge.entries("gates")]
    said = [
        ("red flags", wording.RED_FLAGS),
        *((one.value, words) for one, words in wording.HEADLINES.items()),
    ]
    clauses = [(id, one) for id, text in [*gates, *said] for one in re.split(r"(?<=[.!?:;])\s+", text)]
    return [
        (id, one.replace(", ", ". ") if one.count(", ") > 1 else one) for id, one in clauses
    ]  # lists by item


def test_the_measure_tells_plain_from_hard():
    assert level_of("Take it with food. Ask first.") < 3
    assert level_of("Hypermagnesaemia necessitates immediate discontinuation of supplementation.") > 12


# Two lists of signs in which every word is a sign; to be reworded only together with a clinician.
KEPT = {"C22", "C49"}


def test_sentences_of_safety_are_plain():
    clauses = [(level_of(text), id, text) for id, text in safety_sentences() if len(text.split()) >= 7]
    assert len(clauses) > 100
    assert {id for level, id, _ in clauses if level > GRADE} == KEPT
