// Socket.IO with its Redis adapter: each socket joins the room of its user, and others emit to rooms.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [puerto, url] = process.argv.slice(2);
const publica = createClient({ url });
const suscrita = publica.duplicate();
await Promise.all([publica.connect(), suscrita.connect()]);

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  serveClient: false,
  adapter: createAdapter(publica, suscrita),
});
io.on("connection", (socket) => socket.join(`usuario_${socket.handshake.query.usuario}`));
http.listen(Number(puerto), "127.0.0.1");
