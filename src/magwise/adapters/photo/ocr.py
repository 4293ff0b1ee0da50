"""An upright RGB array -> patches of print. RapidOCR's models from its own wheel; runs in the worker only.

The page's direction is judged once for the whole picture, because a single short cell ("36 %") cannot tell up from
down. The models are named by their files, so that nothing looks for them anywhere else.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from magwise.adapters.photo.model import Corner, Patch

__all__ = ["load", "seen_in"]

SIDE = 960  # pixels of the longer side while print is looked for; more costs time, less loses small print
CLOSER_SIDE = 1440  # when the print turns out small, the part of the picture that holds it is looked at again
SMALL_PRINT = 13  # pixels of a line's height, while looking
MOST_PATCHES = 400  # a crowded panel has about 150
LEAST_CONFIDENCE = 0.5  # below it a patch is noise
ASKED = 12  # widest patches that vote on which way is up
_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}


@cache
def load() -> Any:
    """The engine with its models in memory. Raises FileNotFoundError when the wheel lacks one."""
    import rapidocr
    from rapidocr import RapidOCR

    folder = Path(rapidocr.__file__).parent / "models"
    params: dict[str, Any] = {"Global.log_level": "critical"}
    for part, name in _MODELS.items():
        if not (folder / name).is_file():
            raise FileNotFoundError(name)
        params[f"{part}.model_path"] = str(folder / name)
    params |= {"Det.limit_type": "max", "Det.limit_side_len": 4000}  # sizes are chosen here
    # Reading the words is most of the work on a crowded panel; together they would be padded to the widest.
    params["Rec.rec_batch_num"] = 1
    # All cores at once are slower than half of them when anything else runs: the threads wait for each other.
    params["EngineConfig.onnxruntime.intra_op_num_threads"] = max(1, min(4, (os.cpu_count() or 2) // 2))
    engine: Any = RapidOCR(params=params)
    engine._load_det_model()
    engine._load_cls_model()
    engine._load_rec_model()
    return engine


def seen_in(pixels: Any) -> tuple[Any, int, tuple[Patch, ...]]:
    """The picture turned upright, by how many quarter turns to the left, and the print on it."""
    import numpy as np

    engine = load()
    colours = np.ascontiguousarray(pixels[:, :, ::-1])  # the models were taught on blue, green, red
    boxes = _looked_for(engine, colours)
    if not len(boxes):
        return pixels, 0, ()
    turns = _turns(engine, colours, boxes)
    colours = np.ascontiguousarray(np.rot90(colours, turns))
    boxes = [_turned(box, turns, pixels.shape[1], pixels.shape[0]) for box in boxes]
    return colours[:, :, ::-1], turns, _read(engine, colours, boxes)


def _looked_for(engine: Any, colours: Any) -> list[Any]:
    """Four corners of each stretch of print; looks closer once when the print is small."""
    import numpy as np

    boxes, factor = _detected(engine, colours, SIDE)
    if not boxes:
        return boxes
    height = float(np.median([min(_sides(box)) for box in boxes])) * factor
    part, corner = _part_with_print(colours, boxes)
    if height >= SMALL_PRINT or _factor(part, CLOSER_SIDE) <= 1.2 * factor:
        return boxes
    again, _ = _detected(engine, part, CLOSER_SIDE)
    return [box + np.array(corner, dtype=np.float32) for box in again] or boxes


def _detected(engine: Any, colours: Any, side: int) -> tuple[list[Any], float]:
    import cv2

    factor = _factor(colours, side)
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    found = engine.text_det(cv2.resize(colours, None, fx=factor, fy=factor, interpolation=how))
    boxes = [] if found.boxes is None else [box / factor for box in found.boxes]
    boxes.sort(key=lambda box: -max(_sides(box)))
    return boxes[:MOST_PATCHES], factor


def _factor(colours: Any, side: int) -> float:
    """Brings the longer side to `side`; never more than four times larger, which adds no detail."""
    return min(4.0, side / int(max(colours.shape[:2])))


def _part_with_print(colours: Any, boxes: list[Any]) -> tuple[Any, tuple[int, int]]:
    import numpy as np

    points = np.concatenate(boxes)
    margin = 0.03 * max(colours.shape[:2])
    left, top = (max(0, int(value - margin)) for value in points.min(axis=0))
    right, bottom = (int(value + margin) for value in points.max(axis=0))
    return colours[top:bottom, left:right], (left, top)


def _sides(box: Any) -> tuple[float, float]:
    """Width and height of a patch, along its own edges."""
    import numpy as np

    return float(np.linalg.norm(box[1] - box[0])), float(np.linalg.norm(box[3] - box[0]))


def _is_tall(box: Any) -> bool:
    width, height = _sides(box)
    return height > 1.5 * width


def _turns(engine: Any, colours: Any, boxes: list[Any]) -> int:
    """Quarter turns to the left that make most of the print upright."""
    tall = sum(max(_sides(box)) for box in boxes if _is_tall(box))
    flat = sum(max(_sides(box)) for box in boxes if not _is_tall(box))
    on_its_side = tall > flat
    widest = [box for box in boxes if _is_tall(box) == on_its_side][:ASKED]
    # a tall cut-out comes turned to the left, so that one vote serves both cases
    votes = engine.text_cls([_cut(colours, box) for box in widest]).cls_res
    upside_down = sum(score if label == "180" else -score for label, score in votes) > 0
    return (3 if upside_down else 1) if on_its_side else (2 if upside_down else 0)


def _turned(box: Any, turns: int, width: int, height: int) -> Any:
    """The same corners in the turned picture, top left first again."""
    import numpy as np

    for _ in range(turns):  # one quarter to the left: (x, y) -> (y, width - x)
        box = np.stack([box[:, 1], width - box[:, 0]], axis=1)
        width, height = height, width
    return np.roll(box, -_top_left(box), axis=0).astype(np.float32)


def _top_left(box: Any) -> int:
    return int((box[:, 0] + box[:, 1]).argmin())


def _cut(colours: Any, box: Any) -> Any:
    import numpy as np
    from rapidocr.utils.process_img import get_rotate_crop_image

    width, height = _sides(box)
    if min(width, height) < 2:
        return np.zeros((8, 8, 3), dtype=np.uint8)
    return get_rotate_crop_image(colours, np.asarray(box, dtype=np.float32))


def _read(engine: Any, colours: Any, boxes: list[Any]) -> tuple[Patch, ...]:
    from rapidocr.ch_ppocr_rec.typings import TextRecInput

    cuts = [_cut(colours, box) for box in boxes]
    sideways = [index for index, box in enumerate(boxes) if _is_tall(box)]
    if sideways:  # print that stands across the rest: each says for itself which way is up
        for index, cut in zip(sideways, engine.text_cls([cuts[i] for i in sideways]).img_list, strict=True):
            cuts[index] = cut
    read = engine.text_rec(TextRecInput(img=cuts, return_word_box=False))
    return tuple(
        Patch(text.strip(), round(float(score), 3), _corners(box))
        for text, score, box in zip(read.txts or (), read.scores or (), boxes, strict=True)
        if text.strip() and score >= LEAST_CONFIDENCE
    )


def _corners(box: Any) -> tuple[Corner, Corner, Corner, Corner]:
    one, two, three, four = ((round(float(x), 1), round(float(y), 1)) for x, y in box)
    return one, two, three, four
