// Written by `npm run docs` from examples/ and models/; do not edit.

/** A hand as the mean of many that show `like`, in shares of the frame. */
export const hand = {
 "landmarks": [
  {
   "x": 0.59718,
   "y": 0.66947,
   "z": 0
  },
  {
   "x": 0.56881,
   "y": 0.54225,
   "z": -0.00604
  },
  {
   "x": 0.52271,
   "y": 0.43134,
   "z": -0.01415
  },
  {
   "x": 0.49265,
   "y": 0.33981,
   "z": -0.02204
  },
  {
   "x": 0.48623,
   "y": 0.25575,
   "z": -0.02924
  },
  {
   "x": 0.4588,
   "y": 0.49236,
   "z": -0.01702
  },
  {
   "x": 0.40282,
   "y": 0.51567,
   "z": -0.0266
  },
  {
   "x": 0.42233,
   "y": 0.53074,
   "z": -0.03261
  },
  {
   "x": 0.44625,
   "y": 0.52991,
   "z": -0.03628
  },
  {
   "x": 0.45554,
   "y": 0.57875,
   "z": -0.01984
  },
  {
   "x": 0.40359,
   "y": 0.60057,
   "z": -0.0249
  },
  {
   "x": 0.42621,
   "y": 0.60852,
   "z": -0.02559
  },
  {
   "x": 0.45137,
   "y": 0.60677,
   "z": -0.02756
  },
  {
   "x": 0.46104,
   "y": 0.66239,
   "z": -0.02257
  },
  {
   "x": 0.41462,
   "y": 0.67554,
   "z": -0.02632
  },
  {
   "x": 0.43471,
   "y": 0.67878,
   "z": -0.02163
  },
  {
   "x": 0.4586,
   "y": 0.67529,
   "z": -0.0197
  },
  {
   "x": 0.47085,
   "y": 0.73742,
   "z": -0.02586
  },
  {
   "x": 0.43196,
   "y": 0.74425,
   "z": -0.02769
  },
  {
   "x": 0.44768,
   "y": 0.74218,
   "z": -0.02186
  },
  {
   "x": 0.46694,
   "y": 0.73773,
   "z": -0.01763
  }
 ],
 "image": {
  "width": 1280,
  "height": 720
 }
};

/** A drawn digit: a PNG of 28x28 pixels. */
export const digitPngBase64 = 'iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAAAAABXZoBIAAAA4ElEQVR4nGNgGEjAkn7s3cc787Sxyckf/f///////38mYMqZv/n/f1tWctuz/78tMCQ3/P+RzMDAwCD95P82DEmPDdYQRtX/F7jddfD/YZxyuf//J2KXYQvb8///MSascm7P////f04aIYCsLFeCgeH/TRz2BX/8/////8ca2GVZNbw7vv9/IonTuXbf/8/EKcnQ/v8xNgdBwB+Gf+hCcuZQhuqn/9PRJR//367OwMDAYP7o/1dFdMlz////WZ5QtOvv/z8hGDZxFr2CRPZjb2yu5Cu98P31zmR23P6gCwAAwIpfrAocbqYAAAAASUVORK5CYII=';
