"""Names: one line in any script, without control characters."""

import pytest
from django.core.exceptions import ValidationError

from digests.names import check_name


@pytest.mark.parametrize("name", ["Daily Papers", "논문 & <조간>", "Zoë’s “Papers” 🥐", "أوراق اليوم", "می‌خواهم"])
def test_a_name_may_be_in_any_script(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("code", [0x00, 0x09, 0x0A, 0x0D, 0x1B, 0x7F, 0x85, 0x2028, 0x2029, 0xD800])
def test_a_name_has_no_control_character_and_no_second_line(code: int) -> None:
    with pytest.raises(ValidationError):
        check_name(f"Daily{chr(code)}Papers")
