from accounts.models.entrance import Login, LoginRules, PhoneCode
from accounts.models.people import Group, Member, Role, Visitor, public_id

__all__ = ["Group", "Login", "LoginRules", "Member", "PhoneCode", "Role", "Visitor", "public_id"]
