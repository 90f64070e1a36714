/**
 * Whether somebody is looking: at this tab, or at another one of the same browser. A visible tab holds a shared Web Lock
 * that the hidden ones can see, so a tab that crashed is never counted.
 */

export class Presencia {
  #soltar = null;
  #vuelta = 0;

  constructor({ nombre, candados, documento, alMirar }) {
    Object.assign(this, { nombre, candados, documento, alMirar });
  }

  empezar() {
    this.documento.addEventListener("visibilitychange", () => this.#cambiar());
    this.#anunciar();
  }

  get visible() {
    return this.documento.visibilityState !== "hidden";
  }

  /** Returns a promise of whether any tab is being looked at. */
  async hayVisible() {
    if (this.visible || !this.candados?.query) return this.visible;
    const { held } = await this.candados.query();
    return held.some(({ name }) => name === this.nombre);
  }

  #cambiar() {
    this.#anunciar();
    if (this.visible) this.alMirar();
  }

  #anunciar() {
    this.#soltar?.();
    this.#soltar = null;
    const vuelta = ++this.#vuelta;
    if (!this.visible || !this.candados) return;
    const mientras = () => (vuelta === this.#vuelta ? new Promise((soltar) => (this.#soltar = soltar)) : undefined);
    this.candados.request(this.nombre, { mode: "shared" }, mientras).catch(() => {});
  }
}
