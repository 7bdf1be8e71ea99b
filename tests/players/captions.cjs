/* Prints the captions in the frames of a transport stream, as mux.js finds them. */
const fs = require('fs');
const {TransportPacketStream, TransportParseStream, ElementaryStream, CaptionStream} =
    require('mux.js/lib/m2ts/m2ts.js');
const {H264Stream} = require('mux.js/lib/codecs/h264.js');

const packets = new TransportPacketStream(), h264 = new H264Stream();
const captions = new CaptionStream(), found = [];

packets.pipe(new TransportParseStream()).pipe(new ElementaryStream()).pipe(h264);
h264.pipe(captions);
captions.on('data', (one) => {
    // a service has a text, a channel of line 21 has rows
    const text = one.text ?? one.content.map((row) => row.text).join('\n');

    found.push([one.stream, one.startPts / 90000, one.endPts / 90000, text]);
});
packets.push(new Uint8Array(fs.readFileSync(process.argv[2])));
packets.flush();
console.log(JSON.stringify(found));
