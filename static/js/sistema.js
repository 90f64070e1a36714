/**
 * The notifications of the operating system, for when no tab is being looked at. They need a permission that is only
 * ever asked for by a switch.
 */

const ETIQUETA = "notificaciones";

export class Sistema {
  constructor({ Notification, memoria, alAbrir }) {
    Object.assign(this, { Notification, memoria, alAbrir });
  }

  /** False where the browser has none, or the user forbade it in the browser itself. */
  get posible() {
    return Boolean(this.Notification) && this.Notification.permission !== "denied";
  }

  get activado() {
    return this.Notification?.permission === "granted" && this.memoria.leer("sistema") !== false;
  }

  async activar(valor) {
    this.memoria.escribir("sistema", valor);
    if (valor && this.posible) await this.Notification.requestPermission();
  }

  /** Shows `contenido`; the next one takes its place, so that nobody comes back to a pile of them. */
  avisar(contenido) {
    if (!this.activado) return;
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
