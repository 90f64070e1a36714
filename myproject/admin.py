"""People in the back office: what staff types as their names is read on everybody's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import CharField, Field
from django.forms import Field as CampoDeFormulario
from django.http import HttpRequest

from .textos import comprobar_texto

admin.site.unregister(User)


@admin.register(User)
class UsuarioAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's, with names that can be read."""

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> CampoDeFormulario | None:
        campo = super().formfield_for_dbfield(db_field, request, **kwargs)
        if campo is not None and isinstance(db_field, CharField) and db_field.name != "password":
            campo.validators.append(comprobar_texto)
        return campo
