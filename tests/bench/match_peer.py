#!/usr/bin/env python3
"""What a competent engineer would write in an afternoon to compare an envelope with a genuine one:
SIFT registration to a scan of a genuine envelope, warp, structural similarity (SSIM) of the elements'
regions and of the whole page. The measure for match_speed.sh, not a part of Postwacht.

usage: match_peer.py REFERENCE-DIR TEST-DIR DPI
Both folders as postwacht-simulate makes them. The reference is the genuine sheet of REFERENCE-DIR of
which most is seen: upright and unused. Prints a line a sheet: id, processor seconds of registration and
warp, of the regions' SSIM, of the whole page's SSIM, inliers, lowest SSIM of a region, peak MiB.

What is not counted, in its favour: decoding of images, conversion to grey and reduction to DPI, and
features of the reference, which would be kept. Figures are about simulated envelopes."""

import csv
import os
import resource
import sys
import time

import cv2
import numpy
from skimage.metrics import structural_similarity

FILE_DPI = 600.0
MM_PER_INCH = 25.4
FEATURES = 4000  # strongest kept, so that matching does not grow with the paper's texture
RATIO = 0.75  # Lowe's test
RANSAC_MM = 0.15  # of a transfer error still taken for an inlier
MARGIN_MM = 2.0  # around an element's box


def read_rows(folder):
    with open(os.path.join(folder, "truth.tsv"), encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_grey(folder, row, dpi):
    grey = cv2.imread(os.path.join(folder, row["front"]), cv2.IMREAD_GRAYSCALE)
    scale = dpi / FILE_DPI
    return grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def regions(row, dpi, shape):
    """Pixel boxes of the elements on the reference, from where the truth says they are."""
    a, b, c, d, e, f = (float(v) for v in row["front_px"].split(","))
    boxes = []
    for part in filter(None, row["elements"].split(";")):
        name, _, rest = part.partition("@")
        side, _, box = rest.partition(":")
        if side != "front":
            continue
        x, y, w, h = (float(v) for v in box.split(","))
        corners = numpy.array([[x - MARGIN_MM, y - MARGIN_MM], [x + w + MARGIN_MM, y + h + MARGIN_MM]])
        px = (corners @ numpy.array([[a, c], [b, d]]) + [e, f]) * dpi / FILE_DPI
        (x0, y0), (x1, y1) = px.min(axis=0).astype(int), px.max(axis=0).astype(int)
        boxes.append((name, max(x0, 0), max(y0, 0), min(x1, shape[1]), min(y1, shape[0])))
    return boxes


def register(sift, matcher, reference, features, grey, dpi):
    """The test page warped onto the reference, and the number of inliers."""
    keypoints, descriptors = sift.detectAndCompute(grey, None)
    pairs = matcher.knnMatch(descriptors, features[1], k=2)
    good = [m for m, n in pairs if m.distance < RATIO * n.distance]
    source = numpy.float32([keypoints[m.queryIdx].pt for m in good])
    target = numpy.float32([features[0][m.trainIdx].pt for m in good])
    affine, inliers = cv2.estimateAffine2D(source, target, method=cv2.RANSAC,
                                           ransacReprojThreshold=RANSAC_MM / MM_PER_INCH * dpi)
    if affine is None:
        return None, 0
    size = reference.shape[1], reference.shape[0]
    return cv2.warpAffine(grey, affine, size, flags=cv2.INTER_LINEAR), int(inliers.sum())


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    reference_dir, test_dir, dpi = sys.argv[1], sys.argv[2], float(sys.argv[3])
    cv2.setNumThreads(1)  # seconds of one core, as for the other side
    rows = read_rows(reference_dir)
    row = next((r for r in rows if r["orientation"] == "0" and r["used"] == "0"), rows[0])
    reference = read_grey(reference_dir, row, dpi)
    boxes = regions(row, dpi, reference.shape)
    sift = cv2.SIFT_create(nfeatures=FEATURES)
    matcher = cv2.BFMatcher(cv2.NORM_L2)
    features = sift.detectAndCompute(reference, None)
    for test in read_rows(test_dir):
        grey = read_grey(test_dir, test, dpi)
        laps = [time.process_time()]
        page, inliers = register(sift, matcher, reference, features, grey, dpi)
        laps.append(time.process_time())
        if page is None:
            print(test["id"], "not registered", sep="\t", file=sys.stderr)
            continue
        lowest = min(structural_similarity(reference[y0:y1, x0:x1], page[y0:y1, x0:x1])
                     for _, x0, y0, x1, y1 in boxes)
        laps.append(time.process_time())
        structural_similarity(reference, page)
        laps.append(time.process_time())
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(test["id"], *(f"{b - a:.3f}" for a, b in zip(laps, laps[1:])), inliers, f"{lowest:.3f}",
              f"{peak_mib:.0f}", sep="\t", flush=True)


if __name__ == "__main__":
    main()
