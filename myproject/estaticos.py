"""Static files of production: names that carry the content's hash, inside ES modules too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class EstaticosConHuella(CompressedManifestStaticFilesStorage):
    """Rewrites `import` as well: else a browser could mix the modules of two versions just after a deployment."""

    support_js_module_import_aggregation = True
    # One pass an import's depth, and the modules import deeper than Django's five.
    max_post_process_passes = 20
