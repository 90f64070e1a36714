/**
 * The notifications of the operating system, for when no tab is being looked at. They need a permission that is only
 * ever asked for by a button.
 */

const ETIQUETA = "notificaciones";

export class Sistema {
  constructor({ Notification, alAbrir }) {
    Object.assign(this, { Notification, alAbrir });
  }

  /** Returns granted, denied, default, or "" where the browser has none. */
  get permiso() {
    return this.Notification?.permission ?? "";
  }

  async pedirPermiso() {
    await this.Notification?.requestPermission();
    return this.permiso;
  }

  /** Shows `contenido`; the next one takes its place, so that nobody comes back to a pile of them. */
  avisar(contenido) {
    if (this.permiso !== "granted") return;
    const cuerpo = [contenido.mensaje, contenido.monto].filter(Boolean).join(" · ");
    try {
      const aviso = new this.Notification(contenido.titulo, { body: cuerpo, tag: ETIQUETA, renotify: true });
      aviso.onclick = () => {
        aviso.close();
        this.alAbrir(contenido);
      };
    } catch {
      // Some mobile browsers have the permission but only let service workers use it.
    }
  }
}
