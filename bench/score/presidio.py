"""Texts go in as JSON lines, out come the places of what Presidio finds; bytes, not characters.

It needs `pip install presidio-analyzer`. Without a spaCy model on the machine Presidio runs with its patterns
and context words only, which is said on stderr: it then has no answer for names and places.
"""

import json
import sys

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine, NlpEngineProvider


class Blank(NlpEngine):
    """spaCy's tokenizer without a model: enough for patterns and their context words."""

    def __init__(self):
        self.nlp = {"en": spacy.blank("en")}

    def load(self):
        pass

    def is_loaded(self):
        return True

    def process_text(self, text, language):
        doc = self.nlp[language](text)
        return NlpArtifacts(
            entities=[], tokens=doc, tokens_indices=[t.idx for t in doc],
            lemmas=[t.text.lower() for t in doc], nlp_engine=self, language=language,
        )

    def process_batch(self, texts, language, **_):
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word, language):
        return self.nlp[language].vocab[word].is_stop

    def is_punct(self, word, language):
        return self.nlp[language].vocab[word].is_punct

    def get_supported_entities(self):
        return []

    def get_supported_languages(self):
        return ["en"]


def engine():
    for model in ("en_core_web_lg", "en_core_web_md", "en_core_web_sm"):
        if spacy.util.is_package(model):
            made = NlpEngineProvider(
                nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
            ).create_engine()
            print(f"Presidio with {model}", file=sys.stderr)
            return AnalyzerEngine(nlp_engine=made)
    print("Presidio with patterns only: no spaCy model on this machine", file=sys.stderr)
    registry = RecognizerRegistry()
    blank = Blank()
    registry.load_predefined_recognizers(nlp_engine=blank)
    registry.recognizers = [r for r in registry.recognizers if r.name != "SpacyRecognizer"]
    return AnalyzerEngine(registry=registry, nlp_engine=blank)


analyzer = engine()
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    text = row["text"]
    found = analyzer.analyze(text=text[:200_000], language="en")
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + len(character.encode()))
    print(json.dumps({
        "id": row["id"],
        "mentions": [[offsets[f.start], offsets[f.end], f.entity_type, f.score] for f in found],
    }))
