"""Phone numbers of members: one form, +8613800138000, whatever was typed (A81)."""

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def normal(said: str) -> str:
    """E.164. A number without a country is of PHONE_REGION. Raises ValidationError."""
    try:
        number = phonenumbers.parse(said.strip(), settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValidationError(_("This is not a phone number."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(phone: str) -> str:
    """As people write it, with the middle hidden: 138****8000, +44 **** 5678."""
    try:
        number = phonenumbers.parse(phone, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        return phone
    digits = str(number.national_number)
    hidden = f"{digits[:3]}****{digits[-4:]}" if len(digits) > 8 else f"****{digits[-3:]}"
    is_here = phonenumbers.region_code_for_country_code(number.country_code or 0) == settings.PHONE_REGION
    return hidden if is_here else f"+{number.country_code} {hidden}"
