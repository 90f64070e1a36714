from django.db import migrations, models

import myproject.textos


class Migration(migrations.Migration):
    dependencies = [
        ("ventas", "0002_trabajo_posterior"),
    ]

    operations = [
        migrations.AlterField(
            model_name="producto",
            name="nombre",
            field=models.CharField(
                max_length=120, validators=[myproject.textos.comprobar_texto], verbose_name="nombre"
            ),
        ),
        migrations.AlterField(
            model_name="proveedor",
            name="nombre",
            field=models.CharField(
                max_length=120,
                unique=True,
                validators=[myproject.textos.comprobar_texto],
                verbose_name="nombre",
            ),
        ),
    ]
