"""What operators' servers ask of memberships: overlaps, the RFM grid, the lifecycle."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from marketing.api import segment_shapes as shapes
from marketing.api.asking import day, spoken
from marketing.api.views.segments import PROBLEMS, ServerView
from marketing.kernel.text import Language
from marketing.workspace.queries import now, workspace
from segments.analysing.lifecycle import Moves, moves
from segments.analysing.overlap import shared
from segments.analysing.rfm import condition_of, rfm
from segments.analysing.steady import by_keys
from segments.analysis.overlap import MOST_CHOSEN
from segments.analysis.rfm_grid import Cell, RegionTotal


class OverlapView(ServerView):
    @extend_schema(
        responses={200: shapes.OverlapShape, **PROBLEMS},
        parameters=[
            OpenApiParameter("of", str, required=True, description="2 to 50 keys, with commas.")
        ],
        operation_id="segment_overlap", tags=["segments"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Every pair of segments, and the exact parts of two to six."""
        asked = request.query_params.get("of", "").split(",")
        keys = list(dict.fromkeys(key.strip() for key in asked if key.strip()))
        found = shared([each.key for each in by_keys(keys, pointer="?of")])
        parts = [{"inside": part.inside, "people": part.people} for part in found.parts]
        return Response({
            "as_of": found.as_of,
            "people": found.found.people,
            "sizes": [{"segment": k, "people": n} for k, n in found.found.sizes.items()],
            "pairs": [asdict(pair) for pair in found.found.pairs.values()],
            "parts": parts if len(keys) <= MOST_CHOSEN else None,
        })  # fmt: skip


class RfmView(ServerView):
    @extend_schema(
        responses={200: shapes.RfmShape, **PROBLEMS}, operation_id="rfm", tags=["segments"]
    )
    def get(self, request: Request) -> Response:
        """The 25 cells of recency and frequency, and the ten regions that they form."""
        found, language = rfm(), spoken(request)
        return Response({
            "as_of": found.as_of,
            "currency": workspace().currency,
            "people": found.grid.people,
            "without": found.grid.without,
            "cells": [_cell(each) for each in found.grid.cells.values()],
            "regions": [_region(each, language) for each in found.grid.regions],
        })  # fmt: skip


class TransitionsView(ServerView):
    @extend_schema(
        responses={200: shapes.TransitionsShape, **PROBLEMS},
        parameters=[
            OpenApiParameter("from", str, description="A local day, as 2026-01-31; 28 days ago "
                             "if left out, or as far back as is known."),
            OpenApiParameter("to", str, description="A later one; today if left out."),
        ],
        operation_id="lifecycle_transitions", tags=["segments"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Who moved from which stage to which, between the ends of two days."""
        today = now().astimezone(workspace().zone).date()
        found, language = moves(day(request, "from"), day(request, "to"), today), spoken(request)
        return Response({
            "first_day": found.first,
            "since": found.since,
            "until": found.until,
            "stages": [
                {"key": each.key, "name": each.label.say(language),
                 "people": found.found.now[each.key]} for each in found.stages
            ],
            "moves": _moves(found),
        })  # fmt: skip


def _cell(cell: Cell) -> dict[str, object]:
    return {
        "recency": cell.recency,
        "frequency": cell.frequency,
        "region": cell.region.key,
        "people": cell.people,
        "share": cell.share,
        "median_cents": cell.median_money,
    }


def _region(total: RegionTotal, language: Language) -> dict[str, object]:
    return {
        "key": total.region.key,
        "name": total.region.name.say(language),
        "people": total.people,
        "share": total.share,
        "median_cents": total.median_money,
        "money_share": total.money_share,
        "condition": condition_of(total.region),
    }


def _moves(found: Moves) -> list[dict[str, object]]:
    """Empty cells too, so that a matrix can be drawn."""
    rows = []
    for source, row in found.found.counts.items():
        for target, people in row.items():
            rate = found.found.rates[source][target]
            rows.append({
                "from_stage": source,
                "to_stage": target,
                "people": people,
                "rate": rate.rate if rate else None,
                "low": rate.low if rate else None,
                "high": rate.high if rate else None,
            })  # fmt: skip
    return rows
