// Emits to the rooms of many users by @socket.io/redis-emitter, and says what it took of the processor.
import { Emitter } from "@socket.io/redis-emitter";
import { createClient } from "redis";

const [url, cuantas, usuarios, trama] = process.argv.slice(2);
const cliente = createClient({ url });
await cliente.connect();
const emisor = new Emitter(cliente);
const aviso = JSON.parse(trama);
// What is not waited for would only pile up in memory.
const TANDA = 100;

async function emitir(desde, hasta) {
  for (let numero = desde; numero < hasta; ) {
    for (const fin = Math.min(numero + TANDA, hasta); numero < fin; numero++) {
      emisor.to(`usuario_${numero % usuarios}`).emit("nueva_venta", { ...aviso, secuencia: numero });
    }
    await cliente.ping();
  }
}

await emitir(0, Math.ceil(cuantas / 10));
const antes = process.cpuUsage();
const inicio = process.hrtime.bigint();
await emitir(0, Number(cuantas));
const { user, system } = process.cpuUsage(antes);
const segundos = Number(process.hrtime.bigint() - inicio) / 1e9;
process.stdout.write(JSON.stringify({ cpu_us: (user + system) / cuantas, por_segundo: cuantas / segundos }) + "\n");
await cliente.quit();
