"""Small annotated reports for tests; every one is invented."""

import pytest

from baocao_nlp.annotation import from_markup

MAIZE = (
    "BÁO CÁO\n\nTình hình kinh tế - xã hội tháng 5 năm 2024\n\n"
    "- {m1:Diện tích ngô} {v:365|m1} {u:ha}, đạt {v:98|= ratio:plan c1}{u:%} {c1:kế hoạch}; "
    "{p1:trong tháng|2024-05-01/2024-05-31} {m2:tiếp nhận} {v:45|m2 m3 p1} {u:hồ sơ} {m3:đăng ký khai sinh}, "
    "{c2:tăng} {v:4|= inc:previous_period c2 c3} {u:hồ sơ} {c3:so với tháng trước}.\n"
)


@pytest.fixture
def maize():
    return from_markup("ngo", MAIZE)


@pytest.fixture(scope="session")
def few_reports():
    """Enough reports to train a small model on in a test."""
    names = ["ngo", "lúa", "lạc", "mía", "sắn", "đậu"]
    crops = [
        from_markup(
            f"{i}",
            MAIZE.replace("ngô", name).replace("{v:365|", f"{{v:{300 + i}|")
            + f"\n- {{m9:Sản lượng {name}}} {{v:1.{200 + i}|m9}} {{u:tấn}}, quyết định số {i + 10}/QĐ-UBND.\n",
        )
        for i, name in enumerate(names)
    ]
    return crops
