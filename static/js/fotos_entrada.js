/**
 * How files come to the page: chosen by the button, dropped anywhere on it, or pasted.
 */

/** `alRecibir(archivos)`; `zona` is marked while files hover over the page. */
export function escucharEntrada({ documento, zona, campo, alRecibir }) {
  const recibir = (archivos) => archivos.length > 0 && alRecibir([...archivos]);
  const conArchivos = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes("Files");
  campo.addEventListener("change", () => {
    recibir(campo.files);
    // The same file chosen again is a change again.
    campo.value = "";
  });
  documento.addEventListener("dragover", (suceso) => {
    if (!conArchivos(suceso)) return;
    // Without this the browser would leave the page for the file.
    suceso.preventDefault();
    suceso.dataTransfer.dropEffect = "copy";
    zona.classList.add("encima");
  });
  documento.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget ?? zona.classList.remove("encima"));
  documento.addEventListener("drop", (suceso) => {
    zona.classList.remove("encima");
    if (!conArchivos(suceso)) return;
    suceso.preventDefault();
    recibir(suceso.dataTransfer.files);
  });
  documento.addEventListener("paste", (suceso) => {
    const archivos = suceso.clipboardData?.files ?? [];
    if (archivos.length === 0) return;
    suceso.preventDefault();
    recibir(archivos);
  });
}
