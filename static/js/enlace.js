/**
 * Which links of a notification may be followed: paths of this site and nothing else. Browsers read `/\host` and
 * `/<tab>/host` as `//host`, another site, so those are refused with it. Pure.
 */

const RUTA_PROPIA = /^\/(?!\/)[^\\\u0000-\u0020\u007f]*$/;

/** Returns the path, or "" when it may not be followed. */
export const enlaceSeguro = (enlace) => (typeof enlace === "string" && RUTA_PROPIA.test(enlace) ? enlace : "");
